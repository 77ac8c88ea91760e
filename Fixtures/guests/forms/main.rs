//! As main.c.

#[inline(never)]
fn note(noted: &mut i32, number: i32) { // hit
    *noted ^= number; // hit
}

#[inline(never)]
fn never(number: i32) -> i32 { // missed
    number ^ 5 // missed
}

#[inline(never)]
fn kind(number: i32) -> i32 { // hit
    if number < 0 { // hit
        return 2; // missed
    }
    1 // hit
}

fn main() { // hit
    let mut noted = 0; // hit
    let mut sum = 3; // hit
    if std::env::args().len() > 1 { // hit
        sum = never(sum); // missed
    }
    note(&mut noted, sum); // hit
    if kind(noted) == 2 { // hit
        note(&mut noted, 4); // missed
    }
    std::process::exit(noted - 3); // hit
}
