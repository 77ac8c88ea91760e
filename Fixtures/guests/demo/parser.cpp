#include "parser.hpp"

namespace calc {

namespace {

// Counts how deep the expression is nested, also when an exception leaves it.
class Nesting {
public:
    explicit Nesting(int &depth) : depth_(depth)
    {
        if (++depth_ > 50) {
            --depth_;
            throw Problem("nested too deeply");
        }
    }
    ~Nesting() { --depth_; }

private:
    int &depth_;
};

double raise(double base, double exponent)
{
    if (exponent != static_cast<int>(exponent))
        throw Problem("the exponent is no whole number");
    bool inverse = exponent < 0;
    double result = 1;
    for (int left = static_cast<int>(inverse ? -exponent : exponent); left > 0; left /= 2) {
        if (left % 2 == 1)
            result *= base;
        base *= base;
    }
    return inverse ? 1 / result : result;
}

} // namespace

bool Parser::run(const std::string &line, Value &result)
{
    depth_ = 0;
    tokens_begin(&tokens_, line.c_str());
    advance();
    if (token_.kind == TOKEN_END)
        return false;
    result = assignment();
    if (token_.kind != TOKEN_END)
        throw Problem(std::string("unexpected ") + token_kind_name(token_.kind));
    return true;
}

// name = expression, or an expression. To tell them apart, one token is read ahead.
Value Parser::assignment()
{
    if (token_.kind == TOKEN_NAME) {
        struct tokens before = tokens_;
        struct token name = token_;
        advance();
        if (accept('=')) {
            Value value = comparison();
            variables_.set(std::string(name.start, name.length), value);
            return value;
        }
        tokens_ = before;
        token_ = name;
    }
    return comparison();
}

Value Parser::comparison()
{
    Nesting nesting(depth_);
    Value left = sum();
    if (accept('<')) {
        return Value::truth(left < sum());
    } else if (accept('>')) {
        return Value::truth(sum() < left);
    } else if (accept('=')) {
        return Value::truth(left == sum());
    }
    return left;
}

Value Parser::sum()
{
    Value left = product();
    for (;;) {
        if (accept('+')) {
            Value right = product();
            left = Value::number(left.asNumber("+") + right.asNumber("+"));
        } else if (accept('-')) {
            Value right = product();
            left = Value::number(left.asNumber("-") - right.asNumber("-"));
        } else {
            return left;
        }
    }
}

Value Parser::product()
{
    Value left = power();
    for (;;) {
        if (accept('*')) {
            left = Value::number(left.asNumber("*") * power().asNumber("*"));
        } else if (accept('/')) {
            double divisor = power().asNumber("/");
            if (divisor == 0)
                throw Problem("division by zero");
            left = Value::number(left.asNumber("/") / divisor);
        } else if (accept('%')) {
            long long divisor = static_cast<long long>(power().asNumber("%"));
            if (divisor == 0)
                throw Problem("the rest of a division by zero");
            left = Value::number(
                static_cast<double>(static_cast<long long>(left.asNumber("%")) % divisor));
        } else {
            return left;
        }
    }
}

Value Parser::power()
{
    if (accept('-'))
        return Value::number(-power().asNumber("-"));
    Value base = primary();
    if (!accept('^'))
        return base;
    return Value::number(raise(base.asNumber("^"), power().asNumber("^")));
}

Value Parser::primary()
{
    struct token token = token_;
    switch (token.kind) {
    case TOKEN_NUMBER:
        advance();
        return Value::number(token.number);
    case TOKEN_TEXT:
        advance();
        return Value::text(std::string(token.start, token.length));
    case TOKEN_NAME: {
        advance();
        std::string name(token.start, token.length);
        if (accept('('))
            return call(name);
        const Value *value = variables_.find(name);
        if (value == nullptr)
            throw Problem("'" + name + "' has no value");
        return *value;
    }
    default:
        break;
    }
    expect('(');
    Value value = comparison();
    expect(')');
    return value;
}

Value Parser::call(const std::string &name)
{
    const struct function *const *found = functions_.find(name);
    if (found == nullptr)
        throw Problem("there is no function '" + name + "'");
    const struct function *function = *found;
    std::vector<double> arguments;
    if (!accept(')')) {
        do {
            arguments.push_back(comparison().asNumber(name.c_str()));
        } while (accept(','));
        expect(')');
    }
    int count = static_cast<int>(arguments.size());
    if (count < function->fewest)
        throw Problem(name + " has too few arguments");
    if (function->most >= 0 && count > function->most)
        throw Problem(name + " has too many arguments");
    double result = 0;
    if (const char *problem = function->call(arguments.data(), arguments.size(), &result))
        throw Problem(problem);
    return Value::number(result);
}

bool Parser::accept(char op)
{
    if (token_.kind != TOKEN_OPERATOR || *token_.start != op)
        return false;
    advance();
    return true;
}

void Parser::expect(char op)
{
    if (accept(op))
        return;
    throw Problem(
        std::string("expected '") + op + "', found " + token_kind_name(token_.kind));
}

void Parser::advance()
{
    token_ = tokens_next(&tokens_);
    if (token_.kind == TOKEN_ERROR)
        throw Problem(token_.problem);
}

} // namespace calc
