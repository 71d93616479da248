import { accountCallsOf, signUpMany } from "../subjects/accounts-subject.js";
import type { Door } from "./house.js";
import { rate } from "../harness/compare.js";
import type { Calls } from "../harness/compare.js";
import { cpuPerCall } from "../harness/measure.js";
import type { Side } from "../harness/versus.js";

/** What a door is asked for, by so many members of its own. */
export async function callsOf({ subject, identify, refreshes }: Door, count: number): Promise<Calls> {
  const members = await signUpMany(subject, count);
  const { refresh, ...calls } = accountCallsOf(subject, members);
  let turn = 0;
  return {
    ...calls,
    ...(identify && { "session check, and who it is": () => identify(members[turn++ % members.length]?.accessToken ?? "") }),
    ...(refreshes && refresh && { refresh }),
  };
}

export const perCall = (calls: Calls): Side =>
  Object.fromEntries(Object.entries(calls).map(([operation, call]) => [operation, (count: number) => cpuPerCall(count, call)]));

/** Calls a second of so many callers together, each with members of his own. */
export async function perSecond(door: Door, callers: number, members: number): Promise<Side> {
  const side: Record<string, (() => Promise<unknown>)[]> = {};
  for (let caller = 0; caller < callers; caller++) {
    for (const [operation, call] of Object.entries(await callsOf(door, members))) (side[operation] ??= []).push(call);
  }
  return Object.fromEntries(Object.entries(side).map(([operation, calls]) => [operation, (count: number) => rate(count, calls)]));
}
