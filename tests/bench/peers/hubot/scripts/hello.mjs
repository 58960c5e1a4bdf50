// What the benchmark asks.
export default robot => robot.hear(/^!hello (.*)$/, answer => answer.send(`hello ${answer.match[1]}`));
