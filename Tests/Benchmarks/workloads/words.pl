# Counts, matches, sorts and rewrites the words of a text, ROUNDS times.
#   perl words.pl TEXT ROUNDS
use strict;
use warnings;

my ($name, $rounds) = @ARGV;
open(my $file, '<', $name) or die "$name: $!";
my @lines = <$file>;
my $sum = 0;
for my $round (1 .. $rounds) {
    my %count;
    for (@lines) {
        my $line = $_;
        $count{$1}++ while $line =~ /([a-z]+)/g;
        $line =~ s/(\w)(\w*)/$2$1/g;
        $sum += length $line if $line =~ /(?:ab|ra)[^ ]*o/;
    }
    my @sorted = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
    $sum += $count{$sorted[$_]} * $_ for 0 .. 9;
}
print "$sum\n";
