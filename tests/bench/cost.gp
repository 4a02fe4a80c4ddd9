# SPDX-License-Identifier: MIT
# gnuplot -e "data='FILE'; plot='FILE.svg'" cost.gp
# data: a block for each implementation: its name, then lines MIB RUNNING REAPED (microseconds).
set terminal svg noenhanced size 900,400 font 'sans-serif,13' background 'white'
set output plot
set multiplot layout 1,2
set logscale xy
set xlabel 'resident memory, MiB (4 KiB pages)'
set ylabel 'milliseconds'
set xtics ('small' 2, '16' 16, '128' 128, '1024' 1024, '4096' 4096)
set xrange [1.5:6000]
set grid ytics lt 1 lc rgb '#dddddd'
set key top left reverse Left samplen 1
stats data using 1 nooutput
do for [i in "2 3"] {
	set title i eq '2' ? 'until the daemon runs' : 'until the launching process is collected'
	plot for [b = 0:STATS_blocks - 2] data index b using ($1 < 2 ? 2 : $1):(column(int(i)) / 1000) \
		with linespoints pt 7 ps 0.5 lw 2 title columnheader(1)
}
