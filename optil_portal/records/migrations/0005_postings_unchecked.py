import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0004_edition'),
    ]

    operations = [
        migrations.AlterField(
            model_name='posting',
            name='word',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='records.word'),
        ),
    ]
