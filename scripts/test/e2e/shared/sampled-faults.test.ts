import { disturb } from "../../faults/disturb";

/** Some of what `make faults` tries, each command once. */
const seed = process.env.SEED || "1";

disturb([
  { kind: "two-at-once", command: "upgrade", seed },
  { kind: "state-truncated", command: "destroy", seed },
  { kind: "server-errors", command: "deploy", seed },
]);
