import type { Layer } from "../component";
import type { InfrastructureOutputs } from "../contract";
import { regionName } from "./patterns";
import type { Rule } from "./rule";
import { text } from "./setting";

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
    const region = config["aws:region"];
    return region === undefined || region === installation.region
      ? []
      : [
          {
            key: "aws:region",
            reason: `found ${region}, but the installation is in ${installation.region}; the layer takes its region from the ${above} layer`,
            fix: "pulumi config rm aws:region",
          },
        ];
  };
}
