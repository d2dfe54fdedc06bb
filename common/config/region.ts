import type { InfrastructureOutputs } from "../contract";
import type { Layer } from "../layer";
import { text } from "./kinds";
import type { Rule } from "./rule";
import { regionName } from "./shapes/patterns";

/** The setting `aws:region` of the layers that take their region from the one above. */
export const regionOfInstallation = text({
  description: "The installation's region, which the infrastructure layer names; another one is refused.",
  example: "eu-central-1",
  optional: true,
  shape: regionName,
});

interface Inputs {
  config: { "aws:region"?: string };
  upstream: Pick<InfrastructureOutputs, "installation">;
}

/** @param above the layer that says where the installation is. */
export function sameRegion(above: Layer): Rule<Inputs> {
  return ({ config, upstream: { installation } }) => {
    const key = "aws:region";
    const region = config[key];
    const reason = `found ${region}, but the installation is in ${installation.region}; the layer takes its region from the ${above} layer`;
    return region === undefined || region === installation.region
      ? []
      : [{ key, reason, fix: `pulumi config rm ${key}` }];
  };
}
