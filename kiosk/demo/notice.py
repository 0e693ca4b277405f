"""What the demonstration's university says of its recording, in both languages. All of it is invented; knows nothing else."""

NOTICE = """
[notice]
policy_name = "the Attendance Policy"
policy_address = "https://barchester.example/attendance"
basis = "public task (UK GDPR, Article 6(1)(e))"
kept = "six years after you leave"

[notice.professional_body]
name = "the Barchester Nursing Council"
policy_name = "Standards for Clinical Hours"
policy_address = "https://nursing.example/clinical-hours"
basis = "public task (UK GDPR, Article 6(1)(e))"
kept = "eight years after you qualify"

[notice.cy]
policy_name = "y Polisi Presenoldeb"
policy_address = "https://barchester.example/presenoldeb"
basis = "tasg gyhoeddus (GDPR y DU, Erthygl 6(1)(e))"
kept = "chwe blynedd ar ôl i chi adael"

[notice.cy.professional_body]
name = "Cyngor Nyrsio Barchester"
policy_name = "Safonau Oriau Clinigol"
policy_address = "https://nursing.example/oriau-clinigol"
basis = "tasg gyhoeddus (GDPR y DU, Erthygl 6(1)(e))"
kept = "wyth mlynedd ar ôl i chi gymhwyso"
"""
