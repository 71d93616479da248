import autocannon from "autocannon";
import type { Request, Result } from "autocannon";
import type { Call, Step, Surroundings, Visitor } from "./scenario.js";

export interface TrafficOptions {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second over all connections; as many as are answered when left out. */
  readonly rate?: number;
}

let visitors = 0;

export interface Outcome extends Result {
  /** What was not answered well: how often, by status and body. */
  readonly refused: ReadonlyMap<string, number>;
}

/** Lets visitors do their steps, over and over. Latencies at a given rate count from when a request was due. */
export async function traffic(steps: readonly Step[], surroundings: Surroundings, options: TrafficOptions): Promise<Outcome> {
  const { url, seconds, connections, rate } = options;
  const refused = new Map<string, number>();
  const refuse = (answer: string) => refused.set(answer, (refused.get(answer) ?? 0) + 1);
  const requests = steps.flatMap((step) => Array.from({ length: step.times ?? 1 }, () => requestOf(step, surroundings, refuse)));
  const result = await autocannon({
    url,
    duration: seconds,
    connections,
    requests,
    timeout: 30,
    ...(rate === undefined ? {} : { overallRate: rate }),
  });
  return { ...result, refused };
}

/** autocannon empties the context when a connection begins its requests anew: that is the next visitor. */
interface Context {
  visitor?: Visitor;
}

const requestOf = (step: Step, surroundings: Surroundings, refuse: (answer: string) => void): Request => ({
  setupRequest: (request, context: Context) => {
    context.visitor ??= { number: ++visitors, remembers: new Map() };
    return { ...request, ...written(step.call(context.visitor, surroundings)) };
  },
  onResponse: (status, body, context: Context) => {
    if (status >= 300) refuse(`${step.name}: ${status} ${body.slice(0, 200)}`);
    else if (context.visitor !== undefined) step.answered?.(context.visitor, body === "" ? undefined : JSON.parse(body));
  },
});

function written({ method, path, json, form, bearer }: Call): Request {
  const authorization = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  if (json !== undefined)
    return { method, path, headers: { ...authorization, "content-type": "application/json" }, body: JSON.stringify(json) };
  if (form === undefined) return { method, path, headers: authorization, body: undefined };
  return {
    method,
    path,
    headers: { ...authorization, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  };
}
