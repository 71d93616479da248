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
    partitions: renewal.partitions.filter(({ partition, token }) => renewed(cursors[partition]?.claim, token)),
    publishers: renewal.publishers.filter(({ publisher: { tenant, kind, id }, token }) => {
      const publisher = log.publisher(tenant, kind, id);
      return renewed(publisher && queues.get(publisher)?.claim, token);
    }),
  };
}
