"""街程 Jiecheng: an approval platform for districts and their subdistricts."""
