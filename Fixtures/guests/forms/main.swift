// As main.c.

var noted = 0 // hit

@inline(never)
func note(_ number: Int) { // hit
    noted ^= number // hit
}

@inline(never)
func never(_ number: Int) -> Int { // missed
    return number ^ 5 // missed
}

@inline(never)
func kind(_ number: Int) -> Int { // hit
    if number < 0 { // hit
        return 2 // missed
    }
    return 1 // hit
}

func start(_ words: Int) -> Int { // hit
    var sum = 3 // hit
    if words > 1 { // hit
        sum = never(sum) // missed
    }
    note(sum) // hit
    if kind(noted) == 2 { // hit
        note(4) // missed
    }
    return noted // hit
}

if start(CommandLine.arguments.count) != 3 { // hit
    fatalError() // missed
}
