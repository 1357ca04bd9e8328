"""WHO may read or take away what is sealed: requests, decisions of a second person, erasure, holds, retention."""
