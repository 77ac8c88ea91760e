#ifndef OBJECTS_H
#define OBJECTS_H

#ifdef __cplusplus
extern "C" {
#endif

/* For the tests: where the loader put the program's objects, as the program itself sees it. Written
   to the file that DEMO_OBJECTS names, a line each (load bias, name), when it names one. */
void print_objects(void);

#ifdef __cplusplus
}
#endif

#endif
