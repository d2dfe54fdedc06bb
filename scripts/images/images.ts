import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsClients, awsClients, unlessError } from "@selfhosted/common";
import { unmet } from "../demand";
import { copyImage, recordImage } from "./copy";
import { type Found, type Plan, readOf } from "./plan";
import { createRepository, describeRepository, repositoryDemands } from "./repositories";
import { type Session, signIn } from "./sign-in";
import type { Target } from "./targets";
import type { Tool } from "./tools";

/** Clients of ECR by region. */
export type Ecr = (region: string) => AwsClients["ecr"];

export function ecrClients(): Ecr {
  const clients = new Map<string, AwsClients["ecr"]>();
  return (region) => {
    const ecr = clients.get(region) ?? awsClients({ region }).ecr;
    clients.set(region, ecr);
    return ecr;
  };
}

/** What there is in ECR of each image. */
export function findInEcr(targets: Target[], ecr: Ecr): Promise<Omit<Found, "source">[]> {
  return Promise.all(
    targets.map(async (target) => {
      const client = ecr(target.image.region);
      const repository = await describeRepository(client, target.image);
      return { target, repository, present: repository && (await digestIn(client, target)) };
    }),
  );
}

async function digestIn(ecr: AwsClients["ecr"], { image }: Target): Promise<string | undefined> {
  const found = await unlessError(
    /^ImageNotFoundException$/,
    ecr.describeImages({
      ...{ registryId: image.accountId, repositoryName: image.repository, imageIds: [{ imageTag: image.tag }] },
    }),
  );
  return found?.imageDetails?.[0]?.imageDigest;
}

/** Makes the repositories, and completes those that this command was making when it ended. */
export async function makeRepositories({ repositories }: Plan, ecr: Ecr): Promise<void> {
  for (const { target, repository } of repositories) {
    const client = ecr(target.image.region);
    const found = repository ?? (await createRepository(client, target.image));
    for (const { meet } of unmet(repositoryDemands, target.image, found)) {
      await meet(client, target.image, found);
    }
  }
}

interface CopyArgs {
  ecr: Ecr;
  /** Undefined for the emulated account. */
  tool: Tool | undefined;
  report: (line: string) => void;
}

/** Copies one image after the other. What was copied stays where a later one fails. */
export async function copyImages({ copies }: Plan, { ecr, tool, report }: CopyArgs): Promise<void> {
  const sessions = new Map<string, Session>();
  try {
    for (const { target, source: found } of copies) {
      const source = readOf(found);
      if (source === undefined) {
        continue;
      }
      const { region, repository, tag } = target.image;
      report(`copying ${repository}:${tag} …`);
      if (tool === undefined) {
        await recordImage(ecr(region), target, source);
        continue;
      }
      const session = sessions.get(region) ?? (await signIn(ecr(region), tool));
      sessions.set(region, session);
      report(`  ${await copyImage(tool, session, target, source)}`);
    }
  } finally {
    sessions.forEach(({ end }) => end());
  }
}

/** Runs something with a folder that is deleted afterwards. */
export async function withScratch<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
