import { among, each, type Group } from "./control";

const loadBalancer = "aws:lb/loadBalancer:LoadBalancer";
const listener = "aws:lb/listener:Listener";
const absent = "no load balancers are made";

/** https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-17 */
const recommended = /^ELBSecurityPolicy-TLS13-1-[23]-(?!Ext)/;

export const loadBalancers: Group = {
  title: "Load balancers",
  controls: [
    {
      id: "ELB.1",
      title: "nothing served in clear on port 80",
      absent,
      looks: [
        each(listener, ({ port, protocol, defaultActions }) => {
          const redirects = defaultActions.every(
            ({ type, redirect }) => type === "redirect" && redirect?.protocol === "HTTPS",
          );
          return (port === 80 || protocol === "HTTP") && !redirects && "serves HTTP";
        }),
      ],
    },
    {
      id: "ELB.4",
      title: "invalid headers dropped",
      absent: "the load balancers are network ones, which read no headers",
      looks: [
        among(
          loadBalancer,
          ({ dropInvalidHeaderFields }) => !dropInvalidHeaderFields && "dropInvalidHeaderFields is off",
          ({ inputs: { loadBalancerType = "application" } }) => loadBalancerType === "application",
        ),
      ],
    },
    {
      id: "ELB.5",
      title: "access logs",
      absent,
      looks: [each(loadBalancer, ({ accessLogs }) => !accessLogs?.enabled && "accessLogs are off")],
    },
    {
      id: "ELB.6",
      title: "deletion protection",
      absent,
      looks: [each(loadBalancer, (i) => !i.enableDeletionProtection && "enableDeletionProtection is off")],
    },
    {
      id: "ELB.13",
      title: "in several zones",
      absent,
      looks: [
        each(
          loadBalancer,
          ({ subnets = [], subnetMappings = [] }) => subnets.length + subnetMappings.length < 2 && "is in one subnet",
        ),
      ],
    },
    {
      id: "ELB.17",
      title: "recommended TLS policy",
      absent,
      looks: [each(listener, ({ sslPolicy = "none" }) => !recommended.test(sslPolicy) && `sslPolicy is ${sslPolicy}`)],
    },
    {
      id: "ELB.18",
      title: "listeners encrypted",
      absent,
      looks: [
        each(listener, ({ protocol = "none" }) => !["TLS", "HTTPS"].includes(protocol) && `protocol is ${protocol}`),
      ],
    },
    {
      id: "ELB.21/22",
      title: "encrypted to the containers, health checks too",
      absent,
      option: {
        layer: "application",
        settings: ["apiTlsCertificate", "apiTlsPrivateKey", "consoleTlsCertificate", "consoleTlsPrivateKey"],
      },
      looks: [
        each("aws:lb/targetGroup:TargetGroup", ({ protocol = "none", healthCheck }) => {
          const protocols = [protocol, healthCheck?.protocol ?? "none"];
          return protocols.some((is) => !["TLS", "HTTPS"].includes(is)) && `protocols are ${protocols.join(" and ")}`;
        }),
      ],
    },
  ],
};
