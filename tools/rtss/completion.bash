# bash completion for rtss
