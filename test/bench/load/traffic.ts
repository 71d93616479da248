import autocannon from "autocannon";
import type { Request } from "autocannon";
import type { Call, Step, Surroundings, Visitor } from "./scenario.js";

export interface TrafficOptions {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second over all connections; as many as are answered when left out. */
  readonly rate?: number;
  /** What a connection does until the first of its visitors comes. */
  readonly meanwhile?: Step;
}

export interface Outcome {
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Refused, or no answer. */
  readonly notAnsweredWell: number;
  /** What was not answered well: how often, by status and body. */
  readonly refused: ReadonlyMap<string, number>;
  /** Milliseconds from a request to the end of its answer, by what was asked. */
  readonly took: ReadonlyMap<string, readonly number[]>;
}

/**
 * Lets visitors do their steps, one after the other on each connection. The connections begin all along a visit, as people come, and
 * not all at its first step in the same instant. At a given rate each asks what is due in a second at its beginning, one request after
 * the other, so that the times of all are those of a queue.
 */
export async function traffic(steps: readonly Step[], surroundings: Surroundings, options: TrafficOptions): Promise<Outcome> {
  const { url, seconds, connections, rate, meanwhile } = options;
  const [first] = steps;
  if (first === undefined) throw new Error("a visit has steps");
  const visit = steps.flatMap((step) => Array.from({ length: step.times ?? 1 }, () => step));
  const refused = new Map<string, number>();
  const took = new Map<string, number[]>();
  const refuse = (answer: string) => refused.set(answer, (refused.get(answer) ?? 0) + 1);
  let begun = 0;
  const { requests, non2xx, errors } = await autocannon({
    url,
    duration: seconds,
    connections,
    setupClient: (client) => {
      const begin = Math.floor((begun++ * visit.length) / connections);
      const connection = new Connection({ first, meanwhile: meanwhile ?? first, surroundings, refuse, took });
      client.setRequests([...visit.slice(begin), ...visit.slice(0, begin)].map((step) => connection.request(step)));
    },
    timeout: 30,
    ...(rate === undefined ? {} : { overallRate: rate }),
  });
  return { seconds, requestsPerSecond: requests.average, notAnsweredWell: non2xx + errors, refused, took };
}

let visitors = 0;
const newVisitor = (): Visitor => ({ number: ++visitors, remembers: new Map() });

interface Shared {
  readonly first: Step;
  readonly meanwhile: Step;
  readonly surroundings: Surroundings;
  readonly took: Map<string, number[]>;
  refuse(answer: string): void;
}

class Connection {
  readonly #shared: Shared;
  #visitor = newVisitor();
  #hasBegun = false;
  #step: Step;
  #asked = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#step = shared.meanwhile;
  }

  request(step: Step): Request {
    return {
      setupRequest: (request) => ({ ...request, ...written(this.#ask(step)) }),
      onResponse: (status, body) => this.#answer(status, body),
    };
  }

  #ask(step: Step): Call {
    const { first, meanwhile, surroundings } = this.#shared;
    if (step === first) {
      this.#visitor = newVisitor();
      this.#hasBegun = true;
    }
    this.#step = this.#hasBegun ? step : meanwhile;
    const call = this.#step.call(this.#visitor, surroundings);
    this.#asked = performance.now();
    return call;
  }

  #answer(status: number, body: string): void {
    const step = this.#step;
    const { took, refuse } = this.#shared;
    const { name } = step;
    const times = took.get(name) ?? [];
    times.push(performance.now() - this.#asked);
    took.set(name, times);
    if (status >= 300) refuse(`${name}: ${status} ${body.slice(0, 200)}`);
    else step.answered?.(this.#visitor, body === "" ? undefined : JSON.parse(body));
  }
}

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
