/** Values by which spans and measurements are told apart. Never personal, never secret. */
export type InstrumentationAttributes = Readonly<Record<string, string | number | boolean>>;

/**
 * The one hook for tracing and metrics (`denizen/otel` is one). Nothing in it may throw; what does is ignored.
 */
export interface Instrumentation {
  /** The W3C `traceparent` of what is running; it travels in the metadata of events. */
  trace(): string | undefined;
  /**
   * Runs the work as a span, and begins it before it answers. `parent` is the `traceparent` that it belongs to, where that is another
   * process's. `failed` tells by the answer.
   */
  span<Value>(
    name: string,
    attributes: InstrumentationAttributes,
    work: () => Promise<Value>,
    options?: { readonly parent?: string; readonly failed?: (value: Value) => string | undefined },
  ): Promise<Value>;
  /** Adds to a counter. */
  count(name: string, amount: number, attributes: InstrumentationAttributes): void;
  /** Notes one value of a distribution, in the unit that its name ends with. */
  record(name: string, value: number, attributes: InstrumentationAttributes): void;
}
