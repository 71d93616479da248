import type { Instrumentation, InstrumentationAttributes } from "denizen/ports";

export interface RecordedSpan {
  readonly name: string;
  readonly attributes: InstrumentationAttributes;
  readonly parent: string | undefined;
  readonly failure: string | undefined;
}

export interface RecordedValue {
  readonly name: string;
  readonly value: number;
  readonly attributes: InstrumentationAttributes;
}

/** An instrumentation that keeps what it hears. `running` is the trace that it gives. */
export function recorder(running?: string) {
  const [spans, counted, noted]: [RecordedSpan[], RecordedValue[], RecordedValue[]] = [[], [], []];
  const instrumentation: Instrumentation = {
    trace: () => running,
    span: async (name, attributes, work, { parent, failed } = {}) => {
      const answer = await work();
      spans.push({ name, attributes, parent, failure: failed?.(answer) });
      return answer;
    },
    count: (name, value, attributes) => counted.push({ name, value, attributes }),
    record: (name, value, attributes) => noted.push({ name, value, attributes }),
  };
  return { instrumentation, spans, counted, noted };
}
