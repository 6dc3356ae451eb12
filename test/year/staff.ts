/*
 * Who is called in the simulated hospital, as a site file says it.
 */

const person = (id: string, name: string) => ({ id, name, channels: ['webhook'] });

export const STAFF = {
  people: [
    person('li', '李工（设备科）'),
    person('zhang', '张护士（门诊）'),
    person('wang', '王护士长'),
    person('zhao', '赵主任（后勤）'),
    person('qian', '钱工（污水站）'),
    person('sun', '孙医师（核医学科）'),
  ],
  routes: [
    { areas: ['vaccine'], to: ['zhang', 'wang', 'li'] },
    { areas: ['waste-store', 'water', 'pool', 'sewage'], to: ['qian'] },
    { areas: ['nuclear'], to: ['sun'] },
  ],
};
