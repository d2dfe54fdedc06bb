import { buckets } from "./buckets";
import { containers } from "./containers";
import type { Control, Group } from "./control";
import { database } from "./database";
import { keys } from "./keys";
import { loadBalancers } from "./load-balancers";
import { network } from "./network";
import { operations } from "./operations";

/** All controls, in the order in which they are shown. */
export const groups: readonly Group[] = [database, containers, loadBalancers, buckets, keys, network, operations];

export const controls: readonly Control[] = groups.flatMap((group) => group.controls);
