/* A program whose lines say what a run without arguments does: those with "hit" are executed, those with
   "missed" are not, and all others but closing braces have no code. A name behind the mark is that of the
   function that begins there. */
#include "steps.h"

static int noted;

static void note(int number) { // hit note
    noted += number; // hit
}

static int never(int number) { // missed never
    return number * noted; // missed
}

int main(int count, char **words) { // hit main
    int sum = words != 0; // hit
    for (int step = 0; step < 3; step++) // hit
        sum += twice(step); // hit
    if (count > 1) // hit
        sum = never(sum); // missed
    else
        note(sum); // hit
    if (kind(noted) == 1) // hit
        note(halved(20)); // hit
    return noted == 17 ? 0 : unused(noted); // hit
}
