import type { Recorded } from "@selfhosted/common/testing";
import { expect } from "chai";
import { recorded } from "../../controls/recorded";
import { network } from "../../diagrams/network";
import { Relations } from "../../diagrams/relations";

/** Who may speak to whom, with the component that has the group in place of its id. */
function drawn(resources: Recorded[]): string[] {
  const { nodes, edges } = network(new Relations(resources));
  const name = (id: string): string => {
    const { title = id, details = [] } = nodes.find((node) => node.id === id) ?? {};
    return [title, ...details].join(", ");
  };
  return edges.map(({ from, to, label }) => `${name(from)} → ${name(to)}: ${label}`);
}

const isRule = ({ type }: Recorded): boolean => /^aws:vpc\/securityGroup(Ingress|Egress)Rule:/.test(type);

describe("the picture of the network", () => {
  let resources: Recorded[];

  before(async () => {
    resources = await recorded();
  });

  it("shows who may speak to whom by default, and nothing else", () => {
    expect(drawn(resources)).to.have.members([
      "Users, any address → API, load balancer: 443",
      "Users, any address → Console, load balancer: 443",
      "API, load balancer → API, ECS service: 8080",
      "Console, load balancer → Console, ECS service: 3000",
      "API, ECS service → Database, Aurora MySQL cluster: 3306",
      "Migration, migration task → Database, Aurora MySQL cluster: 3306",
      "API, ECS service → AWS and others, any address: 443",
      "Console, ECS service → AWS and others, any address: 443",
      "Migration, migration task → AWS and others, any address: 443",
    ]);
  });

  it("has an edge for each rule, and none without", () => {
    const { edges } = network(new Relations(resources));
    const rules = resources.filter(isRule);
    const wanted = rules.map(({ type, inputs }) => {
      const other = inputs["referencedSecurityGroupId"] ?? (type.includes("Ingress") ? "Users" : "AWS and others");
      const ends = [inputs["securityGroupId"], other];
      return `${(type.includes("Ingress") ? ends.reverse() : ends).join(" → ")}: ${String(inputs["fromPort"])}`;
    });
    const found = edges.map(({ from, to, label }) => `${from} → ${to}: ${label}`.replace(/ 0\.0\.0\.0\/0/g, ""));
    expect(rules).to.have.length(13);
    expect(found).to.have.members([...new Set(wanted)]);
  });

  it("follows the rules: a range of ports, addresses of a list, a rule that is gone", () => {
    const changed = resources
      .filter(({ name }) => name !== "pulumi-prod-console-tasks-port-443-0.0.0.0/0")
      .map((resource) => {
        const { cidrIpv4: _, ...inputs } = resource.inputs;
        return resource.name === "pulumi-prod-api-lb-from-0.0.0.0/0"
          ? { ...resource, inputs: { ...inputs, prefixListId: "pl-1", toPort: 450 } }
          : resource;
      });
    expect(drawn(changed)).to.include("Users, pl-1 → API, load balancer: 443–450");
    expect(drawn(changed)).not.to.include("Console, ECS service → AWS and others, any address: 443");
  });
});
