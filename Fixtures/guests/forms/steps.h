int kind(int number);
int unused(int number);

/* In both units, so that dwz has something to share. */
struct shared {
    struct shared *next, *previous;
    unsigned long first_number, second_number;
    const char *name_of_it;
};

static inline int twice(int number) { // hit twice
    struct shared shared = {0, 0, 2, 3, "twice"}; // hit
    return number * (int)shared.first_number; // hit
}

__attribute__((always_inline)) static inline int halved(int number) {
    return number / 2; // hit
}
