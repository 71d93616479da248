/** What every secret prints as, however it is printed. */
export const MASK = "******";

/**
 * Holds a secret so that it cannot leak by accident: `String(secret)`, `JSON.stringify`, template literals, `console.log`
 * (Node, Bun and Deno) and `structuredClone` show the mask or nothing. The one way to the value is `reveal()`, which greps well.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return MASK;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return MASK;
  }
}
