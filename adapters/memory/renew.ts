import type { Renewal, Renewed } from "denizen/ports";
import type { EventLog } from "./event-log.js";
import type { Claim, Subscriber } from "./subscriber.js";

export function renew(log: EventLog, { cursors, queues }: Subscriber, renewal: Renewal): Renewed {
  const until = Date.parse(renewal.at) + renewal.duration;
  const renewed = (claim: Claim | undefined, token: string): boolean => {
    if (claim?.token !== token) return false;
    claim.until = until;
    return true;
  };
  return {
    partitions: renewal.partitions.flatMap(({ partition, token }) => (renewed(cursors[partition]?.claim, token) ? [partition] : [])),
    publishers: renewal.publishers.flatMap(({ publisher: { tenant, kind, id }, token, first }) => {
      const publisher = log.publisher(tenant, kind, id);
      return renewed(publisher && queues.get(publisher)?.claim, token) ? [first] : [];
    }),
  };
}
