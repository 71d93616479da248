declare const brand: unique symbol;

/** A value that only its own parser makes: at run time the plain value, at compile time nothing else fits. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
