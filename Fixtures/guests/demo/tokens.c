/* Cuts a line into numbers (decimal, hexadecimal, with an exponent), names, texts and operators. */
#include "tokens.h"

#include <ctype.h>
#include <string.h>

void tokens_begin(struct tokens *tokens, const char *line)
{
    tokens->next = line;
}

static struct token make(enum token_kind kind, const char *start, const char *end)
{
    struct token token = {kind, start, (size_t)(end - start), 0, NULL};
    return token;
}

static struct token fail(const char *start, const char *end, const char *problem)
{
    struct token token = make(TOKEN_ERROR, start, end);
    token.problem = problem;
    return token;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static struct token hexadecimal(const char *start)
{
    const char *p = start + 2;
    double value = 0;
    while (hex_digit(*p) >= 0) {
        value = value * 16 + hex_digit(*p);
        p++;
    }
    if (p == start + 2)
        return fail(start, p, "0x without a digit");
    struct token token = make(TOKEN_NUMBER, start, p);
    token.number = value;
    return token;
}

static struct token decimal(const char *start)
{
    const char *p = start;
    double value = 0, scale = 1;
    for (; isdigit((unsigned char)*p); p++)
        value = value * 10 + (*p - '0');
    if (*p == '.') {
        for (p++; isdigit((unsigned char)*p); p++) {
            value = value * 10 + (*p - '0');
            scale *= 10;
        }
    }
    if (*p == 'e' || *p == 'E') {
        int negative = 0, exponent = 0;
        p++;
        if (*p == '-' || *p == '+')
            negative = *p++ == '-';
        if (!isdigit((unsigned char)*p))
            return fail(start, p, "an exponent without a digit");
        for (; isdigit((unsigned char)*p); p++) {
            exponent = exponent * 10 + (*p - '0');
            if (exponent > 300)
                return fail(start, p + 1, "the exponent is too large");
        }
        while (exponent-- > 0) {
            if (negative)
                scale *= 10;
            else
                value *= 10;
        }
    }
    struct token token = make(TOKEN_NUMBER, start, p);
    token.number = value / scale;
    return token;
}

static struct token text(const char *start)
{
    const char *end = strchr(start + 1, '"');
    if (end == NULL)
        return fail(start, start + strlen(start), "a text without its end");
    return make(TOKEN_TEXT, start + 1, end);
}

struct token tokens_next(struct tokens *tokens)
{
    const char *p = tokens->next;
    struct token token;

    while (isspace((unsigned char)*p))
        p++;
    switch (*p) {
    case '\0':
    case '#':
        token = make(TOKEN_END, p, p);
        break;
    case '+': case '-': case '*': case '/': case '%': case '^':
    case '(': case ')': case ',': case '=': case '<': case '>':
        token = make(TOKEN_OPERATOR, p, p + 1);
        break;
    case '"':
        token = text(p);
        if (token.kind == TOKEN_TEXT) {
            tokens->next = token.start + token.length + 1;
            return token;
        }
        break;
    default:
        if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
            token = hexadecimal(p);
        } else if (isdigit((unsigned char)*p)) {
            token = decimal(p);
        } else if (isalpha((unsigned char)*p) || *p == '_') {
            const char *end = p;
            while (isalnum((unsigned char)*end) || *end == '_')
                end++;
            token = make(TOKEN_NAME, p, end);
        } else {
            token = fail(p, p + 1, "a character that means nothing here");
        }
    }
    tokens->next = token.start + token.length;
    return token;
}

const char *token_kind_name(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_END:
        return "the end of the line";
    case TOKEN_NUMBER:
        return "a number";
    case TOKEN_NAME:
        return "a name";
    case TOKEN_TEXT:
        return "a text";
    case TOKEN_OPERATOR:
        return "an operator";
    case TOKEN_ERROR:
        return "an error";
    }
    return "nothing known";
}
