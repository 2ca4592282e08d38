"""Near duplicates among pictures: a perceptual hash proposes pairs, their pixels decide. numpy alone."""
