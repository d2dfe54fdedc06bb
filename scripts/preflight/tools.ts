import { version as sdkVersion } from "@pulumi/pulumi/package.json";
import satisfies from "semver/functions/satisfies";
import { engines } from "../../package.json";
import { missingTools } from "../aws/shell";
import type { Environment, UnfitPulumi } from "../environment";
import type { CheckResult } from "../report";

const area = "tools";

/** The programs on this machine that an environment needs. */
export interface Tools {
  /** Version of Node.js. */
  node: string;
  /** Version of `pulumi`; undefined where it wasn't looked for, as in the sandbox, which says itself what it uses. */
  pulumi?: string | undefined;
  missing: ReturnType<typeof missingTools>;
}

/** @param isShellWanted whether `make shell` is to work. */
export function describeTools({ pulumi }: Pick<Environment, "pulumi">, isShellWanted = false): Tools {
  return { node: process.versions.node, pulumi, missing: isShellWanted ? missingTools() : [] };
}

export function checkTools({ node, pulumi, missing }: Tools): CheckResult[] {
  const isNodeFit = satisfies(node, engines.node);
  return [
    isNodeFit
      ? { area, name: "Node.js", verdict: "ok", detail: node }
      : {
          ...{ area, name: "Node.js", verdict: "fail", detail: `found ${node}; allowed: ${engines.node}` },
          fix: "install a newer one: https://nodejs.org/en/download",
        },
    ...(pulumi === undefined
      ? []
      : [
          {
            area,
            name: "pulumi",
            verdict: "ok" as const,
            detail: `${pulumi}, for programs with its SDK ${sdkVersion}`,
          },
        ]),
    ...missing.map(({ name, source }): CheckResult => ({
      ...{ area, name, verdict: "warn" },
      detail: "isn't on PATH, and make shell needs it, since execEnabled is set",
      fix: `install ${source}`,
    })),
  ];
}

/** The `pulumi` on PATH can't run the layers. */
export function refusedPulumi({ reason, fix }: UnfitPulumi): CheckResult {
  return { area, name: "pulumi", verdict: "fail", detail: `${reason}, since their SDK is ${sdkVersion}`, fix };
}
