// What an expression can be worth: a number, a text or a truth; and where values are kept.
#pragma once

#include <map>
#include <stdexcept>
#include <string>

namespace calc {

struct Problem : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Value {
public:
    enum class Kind { number, text, truth };

    static Value number(double n) { return Value(Kind::number, n, ""); }
    static Value text(const std::string &s) { return Value(Kind::text, 0, s); }
    static Value truth(bool b) { return Value(Kind::truth, b ? 1 : 0, ""); }

    Kind kind() const { return kind_; }
    double asNumber(const char *what) const;
    std::string shown() const;
    bool operator==(const Value &other) const;
    bool operator<(const Value &other) const;

private:
    Value(Kind kind, double n, const std::string &s) : kind_(kind), number_(n), text_(s) {}

    Kind kind_;
    double number_;
    std::string text_;
};

// Names and what they stand for. A name that was fixed cannot be changed.
template <typename T> class Table {
public:
    void fix(const std::string &name, const T &value)
    {
        entries_.insert_or_assign(name, Entry{value, true});
    }

    void set(const std::string &name, const T &value)
    {
        auto found = entries_.find(name);
        if (found == entries_.end()) {
            entries_.insert({name, Entry{value, false}});
            return;
        }
        if (found->second.fixed)
            throw Problem("'" + name + "' cannot be changed");
        found->second.value = value;
    }

    const T *find(const std::string &name) const
    {
        auto found = entries_.find(name);
        if (found == entries_.end())
            return nullptr;
        return &found->second.value;
    }

    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        T value;
        bool fixed;
    };
    std::map<std::string, Entry> entries_;
};

} // namespace calc
