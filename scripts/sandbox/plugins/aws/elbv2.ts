import type { Service } from "../resource";
import type { Account } from "./account";
import { listenerType } from "./elbv2-listener";
import { loadBalancerType } from "./elbv2-load-balancer";
import { targetGroupType } from "./elbv2-target-group";
import { taggable } from "./tags";

/** Network load balancers with their target groups and listeners. */
export const service: Service<Account> = {
  resources: {
    "aws:lb/loadBalancer:LoadBalancer": taggable(loadBalancerType),
    "aws:lb/targetGroup:TargetGroup": taggable(targetGroupType),
    "aws:lb/listener:Listener": taggable(listenerType),
  },
};
