import type * as proto from "@pulumi/pulumi/proto/resource_pb";
import type { Goal } from "../deployment/goal";
import { ensure, Missing } from "../errors";
import { fromStruct } from "../providers/messages";
import { hasAsset } from "../state/values";

/** What a registration may say without consequences: notes on the program, and what the SDK is able to understand. */
const immaterial = [
  ...["object", "providersMap", "pluginchecksumsMap", "sourceposition", "stacktrace", "parentstacktracehandle"],
  ...["aliasspecs", "acceptsecrets", "acceptresources", "supportspartialvalues", "supportsresultreporting"],
];

const isEmpty = (value: unknown): boolean =>
  !value || (typeof value === "object" && Object.values(value).every(isEmpty));

/** What a registration asks for. @throws naming what the engine doesn't have. */
export function toGoal(request: proto.RegisterResourceRequest): Goal {
  const { type, name, custom, parent, provider, version, protect, ...options } = request.toObject();
  const { deletedwith, retainondelete, customtimeouts, deletebeforereplace, deletebeforereplacedefined, ...lists } =
    options;
  const { dependenciesList, ignorechangesList, replaceonchangesList, aliasurnsList, ...others } = lists;
  const { propertydependenciesMap, additionalsecretoutputsList, ...rest } = others;
  const inputs = fromStruct(request.getObject());
  const [extra] = Object.entries(rest).filter(([key, value]) => !immaterial.includes(key) && !isEmpty(value));
  ensure(
    !extra && !hasAsset(inputs),
    new Missing(`what ${type} '${name}' asks for: ${extra?.[0] ?? "assets and archives"}`),
  );
  return {
    ...{ type, name, custom, parent, provider, version, protect, inputs },
    dependencies: dependenciesList,
    propertyDependencies: Object.fromEntries(propertydependenciesMap.map(([key, { urnsList }]) => [key, urnsList])),
    deleteBeforeReplace: deletebeforereplacedefined ? deletebeforereplace : undefined,
    ignoreChanges: ignorechangesList,
    replaceOnChanges: replaceonchangesList,
    additionalSecretOutputs: additionalsecretoutputsList,
    aliases: aliasurnsList,
    customTimeouts: timeouts(customtimeouts),
    retainOnDelete: retainondelete,
    deletedWith: deletedwith,
  };
}

export const readGoal = (request: proto.ReadResourceRequest): Goal => ({
  type: request.getType(),
  name: request.getName(),
  custom: true,
  parent: request.getParent(),
  inputs: fromStruct(request.getProperties()),
  dependencies: request.getDependenciesList(),
  provider: request.getProvider(),
  version: request.getVersion(),
  additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
});

function timeouts(texts: proto.RegisterResourceRequest.CustomTimeouts.AsObject | undefined): Goal["customTimeouts"] {
  const set = Object.entries(texts ?? {}).filter(([, text]) => text !== "");
  return Object.fromEntries(set.map(([key, text]) => [key, toSeconds(text)]));
}

/** Seconds of a Go duration such as `1h30m` or `45s`. */
function toSeconds(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  ensure(
    parts.map(([part]) => part).join("") === text,
    `custom timeout '${text}' isn't a duration such as 30s, 10m or 1h30m`,
  );
  return parts.reduce((total, [, number, unit]) => total + Number(number) * units[unit], 0);
}
