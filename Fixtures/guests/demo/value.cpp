#include "value.hpp"

#include <cstdio>

namespace calc {

double Value::asNumber(const char *what) const
{
    switch (kind_) {
    case Kind::number:
    case Kind::truth:
        return number_;
    case Kind::text:
        break;
    }
    throw Problem(std::string(what) + " needs a number, not the text \"" + text_ + "\"");
}

std::string Value::shown() const
{
    if (kind_ == Kind::text)
        return "\"" + text_ + "\"";
    if (kind_ == Kind::truth)
        return number_ != 0 ? "true" : "false";
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.10g", number_);
    return buffer;
}

bool Value::operator==(const Value &other) const
{
    if (kind_ != other.kind_)
        return false;
    return kind_ == Kind::text ? text_ == other.text_ : number_ == other.number_;
}

bool Value::operator<(const Value &other) const
{
    if (kind_ == Kind::text && other.kind_ == Kind::text)
        return text_ < other.text_;
    return asNumber("<") < other.asNumber("<");
}

} // namespace calc
