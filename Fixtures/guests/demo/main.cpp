// A calculator: works out each line of a file. Ends with 1 when a line was wrong, with 2 when it
// could not begin.
#include "objects.h"
#include "parser.hpp"

#include <dlfcn.h>
#include <fstream>
#include <iostream>

namespace {

using Functions = calc::Table<const struct function *>;

// A program that is linked statically cannot open a module, and has it inside.
const struct function *openFunctions()
{
#ifdef LINKED_IN
    return demo_functions;
#else
    void *module = dlopen("functions.so", RTLD_NOW);
    if (module == nullptr)
        throw calc::Problem(dlerror());
    return static_cast<const struct function *>(dlsym(module, "demo_functions"));
#endif
}

Functions tableOf(const struct function *functions)
{
    Functions table;
    for (; functions->name != nullptr; functions++)
        table.fix(functions->name, functions);
    return table;
}

int calculate(std::istream &input)
{
    Functions functions = tableOf(openFunctions());
    calc::Table<calc::Value> variables;
    variables.fix("pi", calc::Value::number(3.14159265358979));
    variables.fix("yes", calc::Value::truth(true));
    variables.fix("no", calc::Value::truth(false));
    std::size_t fixed = variables.size();

    calc::Parser parser(variables, functions);
    int number = 0, wrong = 0;
    std::string line;
    while (std::getline(input, line)) {
        number++;
        try {
            calc::Value value = calc::Value::truth(false);
            if (parser.run(line, value))
                std::cout << value.shown() << "\n";
        } catch (const calc::Problem &problem) {
            std::cout << "line " << number << ": " << problem.what() << "\n";
            wrong++;
        }
    }
    std::cout << number << " lines, " << wrong << " wrong, " << variables.size() - fixed
              << " variables\n";
    return wrong > 0 ? 1 : 0;
}

} // namespace

int main(int count, char **arguments)
{
    if (count != 2) {
        std::cerr << "usage: calculator FILE\n";
        return 2;
    }
    std::ifstream file(arguments[1]);
    if (!file) {
        std::cerr << arguments[1] << ": cannot be read\n";
        return 2;
    }
    int status = 2;
    try {
        status = calculate(file);
    } catch (const std::exception &problem) {
        std::cerr << "calculator: " << problem.what() << "\n";
    }
    print_objects();
    return status;
}
