import type { postOffice } from "../../../examples/support/post-office.js";
import type { Asked, Client } from "../../examples/client.js";

export type PostOffice = Awaited<ReturnType<typeof postOffice>>;

/** What an app is put under load with. */
export interface Surroundings {
  readonly post: PostOffice;
  /** What its messages to the gateway are signed with. */
  readonly secret: string;
}

/** One request of a visit. */
export interface Call extends Pick<Asked, "json" | "form" | "bearer"> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
}

/** Somebody who uses the app over one connection. */
export interface Visitor {
  /** No other visitor has the same. */
  readonly number: number;
  /** What he has been answered and needs later, by a name. */
  readonly remembers: Map<string, string>;
}

export interface Step {
  readonly name: string;
  call(visitor: Visitor, surroundings: Surroundings): Call;
  /** What a good answer teaches. */
  answered?(visitor: Visitor, body: unknown): void;
  /** How often in a row. */
  readonly times?: number;
}

/** How an app is put under load. */
export interface Scenario {
  /** Its processes, and settings beside those that it makes for itself. */
  readonly processes: readonly ("server" | "worker")[];
  environment(surroundings: Surroundings): Readonly<Record<string, string>>;
  /** Those who are there before the load, made over HTTP; what is returned is what `visit` is given. */
  prepare(call: Client, surroundings: Surroundings): Promise<readonly string[]>;
  /** What one visitor does, in order, and then the next one over the same connection. The first step is done once. */
  visit(prepared: readonly string[]): readonly Step[];
  /** What those do who have been there for long. */
  meanwhile(prepared: readonly string[]): Step;
  /** Nothing but these, as fast as they are answered. */
  readonly signUp: Step;
  logIn(prepared: readonly string[]): Step;
}

/** A good password, for everybody. */
export const PASSWORD = "correct horse battery staple";

/** A member of a JSON body that is text. */
export function textIn(body: unknown, name: string): string {
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  if (typeof value !== "string") throw new Error(`there is no ${name} in ${JSON.stringify(body)}`);
  return value;
}

/** Whoever of those who were there before it is this visitor's turn to be. */
export function regular(prepared: readonly string[], { number }: Visitor): string {
  return prepared[number % prepared.length] ?? "";
}
