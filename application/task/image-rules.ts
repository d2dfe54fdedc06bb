import { ofConfig, type Rule, setCommand } from "@selfhosted/common";
import type { ApplicationConfig, RuleArgs } from "../config";
import { parseImage, partitionOf, registryOf, takesCredentials } from "./images";
import { inTaskAccount } from "./secret-location";

/** Where every image is named whole, no setting of the registry has an effect. */
const registryInUse: Rule<ApplicationConfig> = (config, raw) => {
  const keys = [
    "imageRegistryAccountId",
    "imageRegistryRegion",
    ...(config.imagePullThroughCache ? [] : ["imagePrefix"]),
  ];
  const whole = ["apiImage", "consoleImage", "migrationImage"];
  return whole.every((key) => raw.has(key))
    ? keys
        .filter((key) => raw.has(key))
        .map((key) => ({
          key,
          reason: `has no effect beside ${whole.join(", ")}, which name the whole images`,
          fix: `pulumi config rm ${key}`,
        }))
    : [];
};

/** ECS sends user and password to the registry that an image comes from: that has to be theirs. */
const oneRegistry: Rule<ApplicationConfig> = (config) => {
  if (config.registryCredentialsSecretArn === undefined) {
    return undefined;
  }
  const images = [config.apiImage, config.consoleImage, config.migrationImage, config.logRouterImage];
  const registries = new Set(images.filter(takesCredentials).map(registryOf));
  const found =
    registries.size === 0 ? "all images come from ECR" : `images come from ${[...registries].join(" and ")}`;
  return registries.size === 1
    ? undefined
    : {
        key: "registryCredentialsSecretArn",
        reason: `the credentials are for one private registry outside of ECR, but ${found}`,
        fix:
          registries.size === 0
            ? "pulumi config rm registryCredentialsSecretArn, or name images of that registry: apiImage, consoleImage, migrationImage"
            : "keep the images in one registry, or the others in ECR",
      };
};

const registryPartition: Rule<RuleArgs> = ({ config, upstream: { installation } }) => {
  const { imageRegistryRegion: region = installation.region } = config;
  return partitionOf(region) === partitionOf(installation.region)
    ? undefined
    : {
        key: "imageRegistryRegion",
        reason: `found ${region}, which belongs to another partition of AWS than ${installation.region}; ECS pulls images from ECR of its own partition only`,
        fix: `copy the images to ECR in ${installation.region}, and: pulumi config rm imageRegistryRegion`,
      };
};

const imageHost: Rule<RuleArgs> = ({ config, upstream: { installation } }) =>
  (["apiImage", "consoleImage", "migrationImage", "logRouterImage"] as const).map((key) => {
    const reference = config[key] ?? "";
    const { region } = parseImage(reference) ?? {};
    const host = registryOf(reference);
    if (region === undefined) {
      return undefined;
    }
    if (partitionOf(region) !== partitionOf(installation.region)) {
      return {
        key,
        reason: `found an image of ${host}, which belongs to another partition of AWS than ${installation.region}; ECS pulls images from ECR of its own partition only`,
        fix: `copy the image to ECR in ${installation.region}`,
      };
    }
    const right = `${host.replace(/\.cn$/, "")}${partitionOf(region) === "cn-" ? ".cn" : ""}`;
    return host === right || !host.includes(".amazonaws.com")
      ? undefined
      : {
          key,
          reason: `found an image of ${host}, which is no host of ECR: in ${region} that is ${right}`,
          fix: setCommand(key, reference.replace(host, right)),
        };
  });

/** Rules over where images come from. */
export const imageRules: Rule<RuleArgs>[] = [
  ...ofConfig<ApplicationConfig>(registryInUse, oneRegistry),
  inTaskAccount("registryCredentialsSecretArn"),
  registryPartition,
  imageHost,
];
