declare const brand: unique symbol;

/** A nominal type: `T` that was made by the one function allowed to make an `N`. */
export type Brand<T, N extends string> = T & { readonly [brand]: N };
