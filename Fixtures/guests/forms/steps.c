#include "steps.h"

int kind(int number) { // hit kind
    if (number < 0) // hit
        return 2; // missed
    return twice(number) > 0; // hit
}

int unused(int number) { // missed unused
    return twice(halved(number)); // missed
}
