// Reads a line and works out what it is worth, by recursive descent.
#pragma once

#include "functions.h"
#include "tokens.h"
#include "value.hpp"

#include <vector>

namespace calc {

class Parser {
public:
    Parser(Table<Value> &variables, const Table<const struct function *> &functions)
        : variables_(variables), functions_(functions)
    {
    }

    // False for a line with nothing on it.
    bool run(const std::string &line, Value &result);

private:
    Value assignment();
    Value comparison();
    Value sum();
    Value product();
    Value power();
    Value primary();
    Value call(const std::string &name);

    bool accept(char op);
    void expect(char op);
    void advance();

    Table<Value> &variables_;
    const Table<const struct function *> &functions_;
    struct tokens tokens_ = {};
    struct token token_ = {};
    int depth_ = 0;
};

} // namespace calc
