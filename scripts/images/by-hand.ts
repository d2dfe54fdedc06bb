import type { Plan } from "./plan";
import { archiveName, type Source, sourceReference } from "./source";
import { tools } from "./tools";

/** What to type where a tool is, for the images that weren't copied. */
export function byHand({ copies }: Pick<Plan, "copies">, source: Source, dnsSuffix: string): string[] {
  const registries = [...new Set(copies.map(({ target: { image } }) => `${image.accountId} ${image.region}`))];
  const hostOf = (accountId: string, region: string): string => `${accountId}.dkr.ecr.${region}.${dnsSuffix}`;
  const signIn = (login: string): string[] =>
    registries.map((each) => {
      const [accountId = "", region = ""] = each.split(" ");
      const host = hostOf(accountId, region);
      return `  aws ecr get-login-password --region ${region} | ${login} --username AWS --password-stdin ${host}`;
    });
  const copy = (line: (from: string, to: string) => string): string[] =>
    copies.map(({ target: { kind, image } }) => {
      const { accountId, region, repository, tag } = image;
      const from = "folder" in source ? archiveName(kind, tag) : sourceReference(source.registry, kind, tag);
      return `  ${line(from, `${hostOf(accountId, region)}/${repository}:${tag}`)}`;
    });
  const [crane, skopeo] = tools;
  return "folder" in source
    ? [
        "With skopeo, in the folder of the archives:",
        ...signIn("skopeo login"),
        ...copy((from, to) => `skopeo copy --all oci-archive:${from} docker://${to}`),
      ]
    : [
        `With ${skopeo?.name}:`,
        ...signIn("skopeo login"),
        ...copy((from, to) => `skopeo copy --all --preserve-digests docker://${from} docker://${to}`),
        `or with ${crane?.name}:`,
        ...signIn("crane auth login"),
        ...copy((from, to) => `crane copy ${from} ${to}`),
      ];
}
