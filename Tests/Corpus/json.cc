// Reads a document on standard input and writes it again, with libjsoncpp.
#include <iostream>
#include <json/json.h>

int main()
{
    Json::Value root;
    std::string errors;
    if (!Json::parseFromStream(Json::CharReaderBuilder(), std::cin, &root, &errors)) {
        std::cerr << errors;
        return 1;
    }
    std::cout << Json::StyledWriter().write(root);
    return 0;
}
