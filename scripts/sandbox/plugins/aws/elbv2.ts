import type { GetLoadBalancerArgs, GetTargetGroupArgs } from "@pulumi/aws/lb";
import type { DataSource, Service } from "../resource";
import type { Account } from "./account";
import { readTags } from "./elbv2-common";
import { listenerType } from "./elbv2-listener";
import { describeLoadBalancer, loadBalancerOutputs, loadBalancerType } from "./elbv2-load-balancer";
import { describeTargetGroup, targetGroupOutputs, targetGroupType } from "./elbv2-target-group";
import { taggable } from "./tags";

const getLoadBalancer: DataSource<Account, GetLoadBalancerArgs> = {
  async read({ arn, name = "" }, account) {
    const found = await describeLoadBalancer(arn ? { LoadBalancerArns: [arn] } : { Names: [name] }, account);
    const id = found?.LoadBalancerArn;
    if (!found || !id) throw new Error(`There is no load balancer ${arn ?? name}.`);
    return { ...loadBalancerOutputs(found), id, tags: await readTags(id, account) };
  },
};

const getTargetGroup: DataSource<Account, GetTargetGroupArgs> = {
  async read({ arn, name = "" }, account) {
    const found = await describeTargetGroup(arn ? { TargetGroupArns: [arn] } : { Names: [name] }, account);
    const id = found?.TargetGroupArn;
    if (!found || !id) throw new Error(`There is no target group ${arn ?? name}.`);
    return { ...targetGroupOutputs(found), id, tags: await readTags(id, account) };
  },
};

/** Network load balancers with their target groups and listeners. */
export const service: Service<Account> = {
  resources: {
    "aws:lb/loadBalancer:LoadBalancer": taggable(loadBalancerType),
    "aws:lb/targetGroup:TargetGroup": taggable(targetGroupType),
    "aws:lb/listener:Listener": taggable(listenerType),
  },
  dataSources: {
    "aws:lb/getLoadBalancer:getLoadBalancer": getLoadBalancer,
    "aws:lb/getTargetGroup:getTargetGroup": getTargetGroup,
  },
};
