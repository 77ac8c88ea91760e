package cartographer;

class CartographerModel {}
