import { awsClients, callerLocation, type Location } from "@selfhosted/common";
import { command, requireEnv, requireFlag } from "../command";
import { confirm } from "../confirm";
import { enterAccount } from "../environment";
import { byHand } from "../images/by-hand";
import { copyImages, ecrClients, findInEcr, makeRepositories, withScratch } from "../images/images";
import { onlyCpu, planImages } from "../images/plan";
import { readSource } from "../images/read";
import { requireSource } from "../images/source";
import { readSettings, type Target, targetsOf } from "../images/targets";
import { findTool } from "../images/tools";
import { requireRegion } from "../region";
import { requireRelease } from "../release/plan";
import { explain } from "../report";

/** The exit code where nothing failed, and what is left to do is printed: neither crane nor skopeo is here. */
const leftToDo = 3;

/** `make images`: the repositories in ECR, and the three images of a release in them. Says what it will do, and asks. */
command(
  {
    env: { type: "string" },
    "image-tag": { type: "string" },
    from: { type: "string" },
    yes: { type: "string" },
  },
  async (args) => {
    const agreed = requireFlag("YES", args.yes);
    const tag = requireRelease(args["image-tag"]);
    const source = requireSource(args.from);
    const { name, stack, isSandbox } = await enterAccount(requireEnv(args.env));
    const region = requireRegion(process.env["AWS_REGION"]);
    const home = await callerLocation(awsClients({ region }), region).catch(failed("the account of the credentials"));
    const settings = readSettings(stack);
    if (settings?.imagePullThroughCache) {
      console.log(`ECR fetches the images of ${name} by itself (imagePullThroughCache): there is nothing to copy.`);
      return 0;
    }
    const { targets, elsewhere } = targetsOf(settings ?? {}, tag, home);
    requireOwn(targets, home);
    const [tool, ecr] = [findTool(), ecrClients()];

    return withScratch(async (scratch) => {
      const inEcr = await findInEcr(targets, ecr).catch(failed("ECR"));
      const read = ({ target, present }: (typeof inEcr)[number]) =>
        present === undefined ? readSource(target, source, tool, scratch) : undefined;
      const found = await Promise.all(inEcr.map(async (each) => ({ ...each, source: await read(each) })));
      const plan = planImages(found, settings);
      const { steps, warnings, repositories, copies } = plan;
      console.log(`Images of ${tag} for ${name}, in the ECR of account ${home.accountId}:`);
      steps.forEach((step) => console.log(`  ${step}`));
      elsewhere.forEach((image) => console.log(`  ${image} isn't in ECR: push it to its registry yourself`));
      warnings.forEach((line) => console.log(`  ${line}`));
      if (repositories.length > 0 || copies.length > 0) {
        const instead = `make images ENV=${name} IMAGE_TAG=${tag} YES=1`;
        if (!isSandbox && !agreed && !(await confirm(instead, "Type yes to go on: ", "yes"))) {
          console.log("Nothing was changed.");
          return 1;
        }
      }
      await makeRepositories(plan, ecr);
      const isReadable = copies.every((each) => each.source !== undefined);
      if (copies.length > 0 && !(isReadable && (isSandbox || tool))) {
        console.log(
          "\nNeither crane nor skopeo is on PATH. The repositories are ready; to copy the images, elsewhere if need be:\n",
        );
        byHand(plan, source, home.dnsSuffix).forEach((line) => console.log(line));
        return leftToDo;
      }
      const report = (line: string): void => console.error(line);
      await copyImages(plan, { ecr, tool: isSandbox ? undefined : tool, report });
      const cpu = settings === undefined ? onlyCpu(copies) : undefined;
      console.log(`\n${name} can be deployed with ${tag}${cpu === undefined ? "." : `, with cpuArchitecture ${cpu}.`}`);
      if (isSandbox && copies.length > 0) {
        console.log(
          "That was a rehearsal: the emulated account keeps what the images are called, and not what is in them.",
        );
      }
      return 0;
    });
  },
);

/** Another account's registry is that account's to fill. */
function requireOwn(targets: Target[], { accountId }: Location): void {
  const [foreign] = targets.filter(({ image }) => image.accountId !== accountId);
  if (foreign !== undefined) {
    throw new Error(
      `The images are in the ECR of account ${foreign.image.accountId} (imageRegistryAccountId), and the credentials are those of ` +
        `account ${accountId}: run this with credentials of the former.`,
    );
  }
}

function failed(what: string): (error: unknown) => never {
  return (error) => {
    throw new Error(explain(error, what));
  };
}
