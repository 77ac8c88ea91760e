// A report of covtool: the switch between light and dark, keys, sorting, folders that open in place, search, and
// links to any line. Nothing else needs this script. It asks no server for anything: more data come as scripts from
// the report's own folder, and what they hold becomes text, never markup, but for rows that covtool wrote itself.
"use strict";

const covtool = (() => {
  const find = (selector, scope = document) => scope.querySelector(selector);
  const all = (selector, scope = document) => [...scope.querySelectorAll(selector)];
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  // A call has room for some ten thousands of arguments, and a table may have more rows.
  const fill = (element, children) => {
    element.replaceChildren();
    for (const child of children) element.append(child);
    return element;
  };
  const collator = new Intl.Collator("en", { numeric: true });

  // What the reader chose; a browser may refuse to keep it.
  const kept = (name) => {
    try { return localStorage.getItem("covtool-" + name); } catch { return null; }
  };
  const keep = (name, value) => {
    try { localStorage.setItem("covtool-" + name, value); } catch { /* then for this page alone */ }
  };

  // MARK: Light and dark

  const themes = ["system", "light", "dark"];
  let theme = "system";
  function setTheme(name) {
    theme = themes.includes(name) ? name : "system";
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const button of all(".theme")) button.firstChild.data = `Colours: ${theme}`;
  }
  setTheme(kept("theme"));
  addEventListener("storage", () => setTheme(kept("theme")));
  function nextTheme() {
    setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]);
    keep("theme", theme);
  }

  // MARK: Pages

  // The page, or where all pages are one, the section that is shown.
  let page = null;
  let isSingle = false;
  const prepared = new Map();
  const announcements = make("div", { className: "quiet" });
  announcements.setAttribute("aria-live", "polite");
  const say = (text) => { announcements.textContent = text; };

  function kind() { return page.classList[0]; }

  function show(scope) {
    page = scope;
    if (prepared.has(scope)) return;
    const tools = make("div", { className: "tools" });
    const known = { source, folder, search, changes: () => undefined }[kind()](tools);
    prepared.set(scope, known);
    const help = make("button", { type: "button" }, "Keys", make("kbd", {}, "?"));
    help.onclick = showKeys;
    const colours = make("button", { type: "button", className: "theme" }, `Colours: ${theme}`, make("kbd", {}, "t"));
    colours.onclick = nextTheme;
    tools.append(colours, help);
    find("header", scope).append(tools);
  }

  // What the address names of a page.
  function fragment() {
    try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
  }

  function route() {
    const name = fragment();
    if (isSingle) {
      const target = document.getElementById(name) ?? document.getElementById(name.replace(/\.L\d+(-L?\d+)?$/, ""));
      const section = target?.closest("section") ?? document.getElementById("index");
      for (const other of all("section")) other.hidden = other !== section;
      show(section);
    }
    prepared.get(page)?.choose?.(name);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(announcements);
    isSingle = document.body.classList.contains("single");
    if (!isSingle) show(document.body);
    route();
    if (isSingle && location.hash) document.getElementById(fragment())?.scrollIntoView();
  });
  addEventListener("hashchange", route);

  // MARK: Keys

  const keys = [
    { key: "n", text: "next missed lines", on: "source", run: (it) => it.missed(1) },
    { key: "p", text: "previous missed lines", on: "source", run: (it) => it.missed(-1) },
    { key: "j", text: "next function that was not called", on: "source", run: (it) => it.uncalled(1) },
    { key: "k", text: "previous function that was not called", on: "source", run: (it) => it.uncalled(-1) },
    { key: "f", text: "functions of this source", on: "source", run: (it) => it.functions() },
    { key: "g", text: "go to a line, or to lines 3-7", on: "source", run: (it) => it.line() },
    { key: "u", text: "up to the folder", run: () => all("nav a:not(.find)", page).at(-1)?.click() },
    { key: "/", text: "search sources and functions", run: () =>
      kind() === "search" ? find("input", page).focus() : find(".find", page)?.click() },
    { key: "t", text: "colours: the system's, light, dark", run: nextTheme },
    { key: "?", text: "these keys", run: () => showKeys() },
  ];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !page) return;
    const isTyping = event.target.closest?.("input, select, textarea, dialog");
    if (isTyping) {
      if (event.key === "Escape" && !event.target.closest("dialog")) event.target.blur();
      return;
    }
    const known = keys.find((each) => each.key === event.key && (!each.on || each.on === kind()));
    if (!known || (kept("keys") === "off" && known.key !== "?")) return;
    event.preventDefault();
    known.run(prepared.get(page));
  });

  function showKeys() {
    const dialog = make("dialog", {});
    dialog.setAttribute("aria-label", "Keys");
    const rows = keys.filter((each) => !each.on || each.on === kind()).map(({ key, text }) =>
      make("tr", {}, make("td", {}, make("kbd", {}, key)), make("td", {}, text)));
    const are = make("input", { type: "checkbox", checked: kept("keys") !== "off" });
    are.onchange = () => keep("keys", are.checked ? "on" : "off");
    const close = make("button", { type: "button" }, "Close");
    close.onclick = () => dialog.close();
    dialog.onclose = () => dialog.remove();
    dialog.append(make("table", {}, make("tbody", {}, ...rows)),
      make("p", {}, make("label", {}, are, " Keys without Ctrl or Alt are followed")), close);
    document.body.append(dialog);
    dialog.showModal();
  }

  const button = (text, key, run) => {
    const made = make("button", { type: "button" }, text, make("kbd", {}, key));
    made.onclick = run;
    return made;
  };

  // MARK: Sorting

  // Makes buttons of a table's headings; `order` is called with a function that puts keys, one of a row, in order.
  function sortable(table, order) {
    const headings = all("thead th", table);
    headings.forEach((heading, column) => {
      const made = make("button", { type: "button" }, ...heading.childNodes);
      heading.append(made);
      made.onclick = () => {
        const before = heading.getAttribute("aria-sort");
        const isDown = before ? before === "ascending" : column > 0;
        for (const other of headings) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", isDown ? "descending" : "ascending");
        order(comparison(column, isDown));
      };
    });
  }

  // Puts rows in order by a column; where there is no number, last.
  function comparison(column, isDown) {
    const key = (row) => {
      const text = row.cells[column].textContent;
      return column === 0 ? text : parseFloat(text);
    };
    const compare = (one, other) => {
      if (column === 0) return collator.compare(one, other);
      return one - other;
    };
    return (rows, rowOf) => rows.map((each) => [key(rowOf(each)), each]).sort(([one], [other]) => {
      if (one !== one || other !== other) return (one !== one) - (other !== other);
      return isDown ? compare(other, one) : compare(one, other);
    }).map(([, each]) => each);
  }

  // MARK: A source

  function source(tools) {
    const scope = page;
    const prefix = isSingle ? scope.id + "." : "";
    // The lines of a text come first, numbered from 1; all others say which they are.
    const numbers = new Map(all(".code ol > li", scope).map((line, index) => [line, line.value || index + 1]));
    const runs = all(".code ol > li > a[href]", scope).map((link) => numbers.get(link.parentElement));
    const uncalled = all(".functions .missed a", scope).map((link) => Number(/L(\d+)$/.exec(link.hash)[1]));
    let chosen = [];
    let first = 0;

    function go(place) {
      const name = `#${prefix}L${place}`;
      if (location.hash === name) choose(name.slice(1));
      else location.replace(name);
    }

    // Marks the lines that the address names, and goes there.
    function choose(name) {
      for (const line of chosen) line.classList.remove("chosen");
      chosen = [];
      const parts = name.startsWith(prefix) && /^L(\d+)(?:-L?(\d+))?$/.exec(name.slice(prefix.length));
      if (!parts) return;
      const ends = [Number(parts[1]), Number(parts[2] ?? parts[1])];
      first = Math.min(...ends);
      const last = Math.max(...ends);
      for (const [line, place] of numbers) if (place >= first && place <= last) chosen.push(line);
      for (const line of chosen) line.classList.add("chosen");
      if (!chosen.length) return;
      chosen[0].tabIndex = -1;
      chosen[0].focus({ preventScroll: true });
      chosen[0].scrollIntoView({ block: "center" });
    }

    function step(places, direction, what) {
      if (!places.length) return say(`No ${what}`);
      let index = direction > 0
        ? places.findIndex((place) => place > first) : places.findLastIndex((place) => place < first);
      if (index < 0) index = direction > 0 ? 0 : places.length - 1;
      go(places[index]);
      say(`Line ${places[index]}, ${what} ${index + 1} of ${places.length}`);
    }

    const line = make("input", { size: 7, placeholder: "Line", inputMode: "numeric" });
    line.setAttribute("aria-label", "Go to line or lines");
    line.onkeydown = (event) => {
      const parts = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(line.value);
      if (event.key !== "Enter" || !parts) return;
      go(parts[2] ? `${parts[1]}-L${parts[2]}` : parts[1]);
    };

    const known = {
      choose,
      missed: (direction) => step(runs, direction, "missed lines"),
      uncalled: (direction) => step(uncalled, direction, "function that was not called"),
      functions: () => {
        const list = find(".functions", scope);
        if (!list) return;
        list.open = true;
        find("input", list).focus();
      },
      line: () => line.focus(),
    };
    if (runs.length) {
      tools.append(button("Previous missed", "p", () => known.missed(-1)),
        button("Next missed", "n", () => known.missed(1)));
    }
    functionList(scope);
    if (find(".functions", scope)) tools.append(button("Functions", "f", known.functions));
    tools.append(line);

    // A click on a line's number is a link to it, with Shift to lines.
    find(".code", scope)?.addEventListener("click", (event) => {
      const list = event.target.closest("ol");
      const edge = list?.firstElementChild.getBoundingClientRect();
      if (!edge || event.clientX >= edge.left) return;
      const line = document.elementFromPoint(edge.right - 4, event.clientY)?.closest(".code ol > li");
      if (!line) return;
      const place = numbers.get(line);
      if (event.shiftKey && first) {
        getSelection().removeAllRanges();
        go(`${Math.min(first, place)}-L${Math.max(first, place)}`);
      } else {
        location.hash = `${prefix}L${place}`;
      }
    });
    return known;
  }

  // The functions of one source: sorting, and a field to find some.
  function functionList(scope) {
    const list = find(".functions", scope);
    if (!list) return;
    const body = find("tbody", list);
    sortable(find("table", list), (order) => fill(body, order([...body.rows], (row) => row)));
    const input = make("input", { type: "search", placeholder: "Find a function" });
    input.setAttribute("aria-label", "Find a function of this source");
    input.oninput = () => {
      const words = input.value.toLowerCase().split(/\s+/);
      for (const row of body.rows) {
        const text = row.cells[0].textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
    };
    input.onkeydown = (event) => {
      if (event.key !== "Enter") return;
      find("tr:not([hidden]) a", body)?.click();
    };
    find("summary", list).after(input);
  }

  // MARK: Folders

  // Where the other pages are, seen from this one.
  const base = () => (find("link[rel=stylesheet]")?.getAttribute("href").startsWith("../") ? "" : "pages/");

  const waiting = new Map();
  function load(name) {
    return new Promise((resolve, reject) => {
      waiting.set(name, resolve);
      const script = make("script", { src: `${base()}${name}.js` });
      script.onload = () => script.remove();
      script.onerror = reject;
      document.head.append(script);
    });
  }

  async function rowsOf(link) {
    const address = link.getAttribute("href");
    const template = make("table", {});
    if (isSingle) {
      const copies = all("tbody tr", document.getElementById(address.slice(1))).filter((row) => !row.dataset.opened);
      template.append(fill(make("tbody"), copies.map((row) => row.cloneNode(true))));
      for (const made of all("button", template)) made.remove();
    } else {
      const name = address.slice(address.lastIndexOf("/") + 1).replace(/\.html$/, "");
      template.innerHTML = `<tbody>${await load(name)}`;
      for (const inner of all("a", template)) inner.setAttribute("href", base() + inner.getAttribute("href"));
    }
    return all("tr", template);
  }

  function folder() {
    const table = find(".tree", page);
    const body = table.tBodies[0];
    let order = null;
    const top = [...body.rows].map((row) => node(row, 0));

    function node(row, depth) {
      const made = { row, depth, folders: null, isOpen: false };
      const heading = row.cells[0];
      const link = find("a", heading);
      heading.style.paddingLeft = `calc(${1.3 * depth}rem + 30px)`;
      if (depth) row.dataset.opened = "";
      if (!link.textContent.endsWith("/")) return made;
      const opener = make("button", { type: "button" });
      opener.setAttribute("aria-expanded", "false");
      opener.setAttribute("aria-label", link.textContent);
      opener.onclick = async () => {
        try {
          made.folders ??= (await rowsOf(link)).map((inner) => node(inner, depth + 1));
        } catch {
          location.href = link.href;
          return;
        }
        made.isOpen = !made.isOpen;
        opener.setAttribute("aria-expanded", made.isOpen);
        draw();
        opener.focus();
      };
      heading.prepend(opener);
      return made;
    }

    function shown(nodes) {
      const sorted = order ? order(nodes, (each) => each.row) : nodes;
      return sorted.flatMap((each) => [each.row, ...(each.isOpen ? shown(each.folders) : [])]);
    }
    function draw() { fill(body, shown(top)); }
    sortable(table, (by) => { order = by; draw(); });
    return {};
  }

  // MARK: Search

  const parts = [];
  async function part(index) {
    if (!parts[index]) await load(`search-${index}`);
    return parts[index];
  }

  function search() {
    const scope = page;
    const place = find(".found", scope);
    const count = Number(place.dataset.parts);
    const most = 200;
    let limit = most;
    let serial = 0;

    const input = make("input", { type: "search", size: 40, placeholder: "Words of a name or a path" });
    input.setAttribute("aria-label", "Search sources and functions");
    const order = make("select", {}, ...["place", "name", "most calls", "fewest calls"].map((text) =>
      make("option", { value: text }, text)));
    const uncalled = make("input", { type: "checkbox" });
    const status = make("p", { className: "status" });
    status.setAttribute("role", "status");
    const body = make("tbody", {});
    const table = make("table", { className: "list" },
      make("thead", {}, make("tr", {}, ...["Name", place.dataset.counts, "Source"].map((text) =>
        make("th", { className: text === "Source" ? "place" : "" }, text)))), body);
    const more = make("button", { type: "button", hidden: true }, "Show more");
    const form = make("form", { className: "tools" }, input, make("label", {}, "in order of ", order),
      make("label", {}, uncalled, " not called only"));
    form.setAttribute("role", "search");
    form.onsubmit = (event) => {
      event.preventDefault();
      find("a", body)?.click();
    };
    place.append(form, status, table, more);

    const address = (entry) => {
      const target = isSingle ? `#${entry.page}` : `${base()}${entry.page}.html`;
      if (!entry.line) return target;
      return isSingle ? `${target}.L${entry.line}` : `${target}#L${entry.line}`;
    };
    function row(entry) {
      const where = entry.isSource ? "" : entry.line ? `${entry.path}:${entry.line}` : entry.path;
      const name = make("td", {}, make("a", { href: address(entry) }, entry.name));
      const made = make("tr", {}, name, make("td", {}, entry.said), make("td", { className: "place" }, where));
      made.classList.toggle("missed", entry.calls === 0);
      return made;
    }

    // Goes on reading parts until enough is found, unless all has to be known to put it in order.
    async function run() {
      const mine = ++serial;
      const words = input.value.toLowerCase().split(/\s+/).filter((word) => word);
      const isSorted = order.value !== "place";
      let found = [];
      let index = 0;
      try {
        for (; index < count && (isSorted || found.length <= limit); index += 1) {
          const entries = await part(index);
          if (mine !== serial) return;
          for (const entry of entries) {
            if (uncalled.checked && entry.calls !== 0) continue;
            entry.text ??= `${entry.name} ${entry.path}`.toLowerCase();
            if (words.every((word) => entry.text.includes(word))) found.push(entry);
          }
        }
      } catch {
        status.textContent = "A part of the report is missing: it was not copied whole.";
        return;
      }
      if (order.value === "name") found.sort((one, other) => collator.compare(one.name, other.name));
      const calls = (entry) => (entry.isSource ? -1 : entry.calls);
      if (order.value === "most calls") found.sort((one, other) => calls(other) - calls(one));
      if (order.value === "fewest calls") {
        found = found.filter((entry) => !entry.isSource).sort((one, other) => one.calls - other.calls);
      }
      const isAll = index === count;
      fill(body, found.slice(0, limit).map(row));
      more.hidden = isAll && found.length <= limit;
      status.textContent = !isAll || found.length > limit
        ? `The first ${Math.min(limit, found.length)}${isAll ? ` of ${found.length}` : ""}`
        : `${found.length} found`;
    }

    let timer = 0;
    const soon = () => {
      clearTimeout(timer);
      limit = most;
      timer = setTimeout(() => {
        if (!isSingle) location.replace(`#q=${encodeURIComponent(input.value)}`);
        run();
      }, 100);
    };
    input.oninput = soon;
    order.onchange = soon;
    uncalled.onchange = soon;
    more.onclick = () => {
      limit *= 4;
      run();
    };
    if (!isSingle && fragment().startsWith("q=")) input.value = fragment().slice(2);
    run();
    input.focus();
    return {};
  }

  return {
    // Called by the scripts that have rows and parts.
    rows(name, markup) {
      waiting.get(name)?.(markup);
      waiting.delete(name);
    },
    part(index, sources) {
      parts[index] = sources.flatMap(([page, path, hit, found, functions]) => [
        { page, path, name: path, line: 0, calls: null, said: `${hit} of ${found} lines`, isSource: true },
        ...functions.map(([line, calls, name]) => ({ page, path, name, line, calls, said: String(calls) })),
      ]);
      waiting.get(`search-${index}`)?.();
      waiting.delete(`search-${index}`);
    },
  };
})();
