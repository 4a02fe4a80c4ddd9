# SPDX-License-Identifier: MIT
# gnuplot -e "data='FILE'; plot='FILE.svg'" survival.gp
# data: lines NAME PERCENT, separated by tabs.
set terminal svg noenhanced size 700,320 font 'sans-serif,13' background 'white'
set output plot
set datafile separator tab
set title 'alive after the terminal of the launching process has gone'
set style fill solid 0.8
set boxwidth 0.6
set yrange [0:115]
set rmargin 12
set ylabel 'percent of the starts'
set grid ytics lt 1 lc rgb '#dddddd'
set xtics rotate by -15
unset key
plot data using 0:2:xtic(1) with boxes lc rgb '#3366aa', \
	'' using 0:($2 + 5):(sprintf('%g', $2)) with labels
